// The same card by bluehalo's node-cds-hooks, its rule in plain JavaScript: `node FILE PORT`.
// Never part of the product; `tests.benchmarks.node_peers` installs the package beside itself.
"use strict";

// As shipped it refuses more than 100 KB, and logs each request: raised and silenced.
const bodyParser = require("body-parser");
const json = bodyParser.json;
Object.defineProperty(bodyParser, "json", { value: () => json({ limit: "64mb" }) });
const { CDSServer, Service } = require("@asymmetrik/node-cds-hooks");

const COLON = new Set(["363406005", "93761005"]);
const MSI = new Set(["81695-9", "43368-0", "62862-8"]);

const resources = (bundle) => ((bundle && bundle.entry) || []).map((entry) => entry.resource);
const has = (bundle, codes) =>
  resources(bundle).some((each) => each.code && (each.code.coding || []).some((one) => codes.has(one.code)));

function answer(request, response) {
  const prefetch = request.body.prefetch || {};
  const due = has(prefetch.conditions, COLON) && !has(prefetch.observations, MSI);
  const card = { summary: "x".repeat(100), indicator: "info", source: { label: "bench" } };
  response.json({ cards: due ? [card] : [] });
}

const definition = { hook: "patient-view", name: "bench", description: "bench", id: "bench", prefetch: {} };
new CDSServer({ morgan: (request, response, next) => next() })
  .registerService(new Service(definition, answer))
  .listen({ port: Number(process.argv[2]) });
