// A receiver of channelhub's webhooks that believes only what is signed. Nothing but Node.js.
//
// WEBHOOK_SECRET=whsec_… PORT=8080 node receiver.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const KEY = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
const TOLERANCE_S = 300;
const MAX_BYTES = 1024 * 1024;

// Whether the body as it came, unparsed, is signed with our secret, a moment ago.
// With Express: app.post("/hook", express.raw({ type: "*/*" }), …), and body is req.body.
function isGenuine(headers, body) {
  const id = headers["webhook-id"] ?? "";
  const stamp = headers["webhook-timestamp"] ?? "";
  if (!id || !/^\d{1,12}$/.test(stamp) || Math.abs(Date.now() / 1000 - Number(stamp)) > TOLERANCE_S) return false;
  const expected = createHmac("sha256", KEY).update(`${id}.${stamp}.`).update(body).digest();
  // While secrets change there are several signatures.
  return (headers["webhook-signature"] ?? "").split(" ").some((one) => {
    const [version, text = ""] = one.split(",");
    const given = Buffer.from(text, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const server = createServer((request, response) => {
  const answer = (status) => response.writeHead(status).end();
  if (request.method !== "POST") return answer(405);
  const chunks = [];
  let size = 0;
  request.on("error", () => response.destroy());
  request.on("data", (chunk) => {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  });
  request.on("end", () => {
    if (size > MAX_BYTES) return answer(413);
    const body = Buffer.concat(chunks);
    if (!isGenuine(request.headers, body)) return answer(401);
    const event = JSON.parse(body);
    // The same webhook-id may come again: put it into a table with a unique key together with what you do.
    // Answer soon, and do what takes long later: after 15 s the hub takes it for failed and tries again.
    console.log(request.headers["webhook-id"], event.type, event.data);
    answer(204);
  });
});
server.requestTimeout = 10_000;
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1");
