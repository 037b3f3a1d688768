// A REST hook: turning a Zap on makes an endpoint at the hub, turning it off removes it.
const api = (bundle) => `${bundle.authData.url.replace(/\/+$/, "")}/api/v1`;

const wanted = (bundle) => (bundle.inputData.event_types ?? []).filter(Boolean);

const subscribe = async (z, bundle) => {
  const body = { url: bundle.targetUrl, description: "Zapier", event_types: wanted(bundle) };
  const answer = await z.request({ method: "POST", url: `${api(bundle)}/webhooks`, body });
  return { id: answer.data.webhook.id }; // Zapier keeps it as bundle.subscribeData
};

const unsubscribe = async (z, bundle) => {
  await z.request({ method: "DELETE", url: `${api(bundle)}/webhooks/${bundle.subscribeData.id}` });
  return {};
};

// The address that Zapier made is a secret between the two. `id` is the same when an event comes again.
const perform = (z, bundle) => [bundle.cleanedRequest];

// What the editor shows before anything has happened: the hub's own examples.
const performList = async (z, bundle) => {
  const listed = await z.request({ url: `${api(bundle)}/event-types` });
  const patterns = wanted(bundle);
  const fits = (type) =>
    patterns.length === 0 || patterns.some((one) => one === type || (one.endsWith("*") && type.startsWith(one.slice(0, -1))));
  const types = listed.data.items.map((one) => one.type).filter(fits).slice(0, 3);
  const described = await Promise.all(types.map((type) => z.request({ url: `${api(bundle)}/event-types/${type}` })));
  return described.map((one, place) => ({ ...one.data.example, id: `${one.data.example.id}-${place}` }));
};

module.exports = {
  key: "event",
  noun: "Event",
  display: { label: "New Event", description: "Triggers when the hub tells of a message, an incident or an outage." },
  operation: {
    type: "hook",
    inputFields: [
      {
        key: "event_types",
        label: "Types",
        list: true,
        helpText: "incident.opened, outage.* …; none: every type. See docs/events.md.",
      },
    ],
    performSubscribe: subscribe,
    performUnsubscribe: unsubscribe,
    perform,
    performList,
    sample: {
      id: "1207",
      type: "outage.suspected",
      version: 1,
      timestamp: "2026-03-02T09:00:12Z",
      account: "",
      replayed: false,
      data: { outage_id: "40963", state: "suspected", customers: 17 },
    },
  },
};
