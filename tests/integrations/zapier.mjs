// Does with the app what Zapier does. Standard input: {app, steps: [{do, bundle}]}; a line of JSON for each step.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const given = JSON.parse(readFileSync(0));
const app = createRequire(import.meta.url)(given.app);

const z = (bundle) => ({
  request: async (options) => {
    let request = { method: "GET", headers: {}, ...options };
    for (const change of app.beforeRequest) request = await change(request, z(bundle), bundle);
    const url = new URL(request.url);
    for (const [name, value] of Object.entries(request.params ?? {})) url.searchParams.set(name, value);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers = { "Content-Type": "application/json", ...request.headers };
    const answer = await fetch(url, { method: request.method, headers, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
    return { status: answer.status, data: text ? JSON.parse(text) : undefined };
  },
});

const { operation } = app.triggers.event;
const steps = { ...operation, test: app.authentication.test };
for (const step of given.steps) {
  const found = await steps[step.do](z(step.bundle), step.bundle);
  console.log(JSON.stringify(found ?? null));
}
