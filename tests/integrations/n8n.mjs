// Runs the code of the node Verify as n8n does. Standard input: {code, secret, headers, body (base64)}.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const given = JSON.parse(readFileSync(0));
const AsyncFunction = (async () => {}).constructor;
const helpers = { getBinaryDataBuffer: async () => Buffer.from(given.body, "base64") };
const input = { first: () => ({ json: { headers: given.headers } }) };
const verify = new AsyncFunction("$env", "$input", "require", given.code);
const items = await verify.call(
  { helpers }, { CHANNELHUB_WEBHOOK_SECRET: given.secret }, input, createRequire(import.meta.url),
);
console.log(JSON.stringify(items));
