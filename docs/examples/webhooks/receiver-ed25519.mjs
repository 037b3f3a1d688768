// A receiver of channelhub's webhooks that are signed with a key pair (v1a): it holds nothing that could sign.
//
// WEBHOOK_PUBLIC_KEY=whpk_… PORT=8080 node receiver-ed25519.mjs
import { createPublicKey, verify } from "node:crypto";
import { createServer } from "node:http";

const x = Buffer.from(process.env.WEBHOOK_PUBLIC_KEY.replace(/^whpk_/, ""), "base64").toString("base64url");
const KEY = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x } });
const TOLERANCE_S = 300;
const MAX_BYTES = 1024 * 1024;

// Whether the body as it came, unparsed, is signed with the hub's private key, a moment ago.
function isGenuine(headers, body) {
  const id = headers["webhook-id"] ?? "";
  const stamp = headers["webhook-timestamp"] ?? "";
  if (!id || !/^\d{1,12}$/.test(stamp) || Math.abs(Date.now() / 1000 - Number(stamp)) > TOLERANCE_S) return false;
  const content = Buffer.concat([Buffer.from(`${id}.${stamp}.`), body]);
  // While keys change there are several signatures.
  return (headers["webhook-signature"] ?? "").split(" ").some((one) => {
    const [version, text = ""] = one.split(",");
    return version === "v1a" && verify(null, content, KEY, Buffer.from(text, "base64"));
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
    console.log(request.headers["webhook-id"], event.type, event.data);
    answer(204);
  });
});
server.requestTimeout = 10_000;
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1");
