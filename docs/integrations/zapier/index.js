// A private Zapier app for one channelhub: `zapier push` it once, then every Zap can begin with its events.
const event = require("./triggers/event");

const address = (bundle) => bundle.authData.url.replace(/\/+$/, "");

module.exports = {
  version: require("./package.json").version,
  platformVersion: require("zapier-platform-core").version,
  authentication: {
    type: "custom",
    fields: [
      { key: "url", label: "Address of the hub", required: true, helpText: "https://support.example.com" },
      { key: "token", label: "Token of an admin", required: true, type: "password" },
    ],
    test: (z, bundle) => z.request({ url: `${address(bundle)}/api/v1/webhooks`, params: { limit: 1 } }),
    connectionLabel: "{{bundle.authData.url}}",
  },
  beforeRequest: [
    (request, z, bundle) => {
      if (bundle.authData.token && request.url.startsWith(`${address(bundle)}/api/v1/`)) {
        request.headers.Authorization = `Bearer ${bundle.authData.token}`;
      }
      return request;
    },
  ],
  triggers: { [event.key]: event },
};
