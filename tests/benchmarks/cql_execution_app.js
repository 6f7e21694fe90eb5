// The same card by cql-execution over node:http, its rule in ELM: `node FILE PORT`.
// Tuned: FHIR's model is read once, not for each request as examples do.
// Never part of the product; `tests.benchmarks.node_peers` installs the packages beside itself.
"use strict";

const http = require("node:http");
const cql = require("cql-execution");
const { PatientSource } = require("cql-exec-fhir");

const FHIR = "{http://hl7.org/fhir}";
const code = (system, each) => ({ type: "Code", system: { name: system }, code: each });
const exists = (type, system, codes) => ({
  type: "Exists",
  operand: {
    type: "Retrieve",
    dataType: `${FHIR}${type}`,
    codeProperty: "code",
    codes: { type: "List", element: codes.map((each) => code(system, each)) },
  },
});
const define = (name, expression) => ({ name, context: "Patient", accessLevel: "Public", expression });
const library = new cql.Library({
  library: {
    identifier: { id: "Bench", version: "1" },
    schemaIdentifier: { id: "urn:hl7-org:elm", version: "r1" },
    usings: {
      def: [
        { localIdentifier: "System", uri: "urn:hl7-org:elm-types:r1" },
        { localIdentifier: "FHIR", uri: "http://hl7.org/fhir", version: "4.0.1" },
      ],
    },
    codeSystems: {
      def: [
        { name: "SNOMED", id: "http://snomed.info/sct", accessLevel: "Public" },
        { name: "LOINC", id: "http://loinc.org", accessLevel: "Public" },
      ],
    },
    statements: {
      def: [
        define("Patient", {
          type: "SingletonFrom",
          operand: { type: "Retrieve", dataType: `${FHIR}Patient` },
        }),
        define("Due", {
          type: "And",
          operand: [
            exists("Condition", "SNOMED", ["363406005", "93761005"]),
            { type: "Not", operand: exists("Observation", "LOINC", ["81695-9", "43368-0", "62862-8"]) },
          ],
        }),
      ],
    },
  },
});
const executor = new cql.Executor(library);
const source = PatientSource.FHIRv401();

function chart(prefetch) {
  const entry = [];
  for (const value of Object.values(prefetch)) {
    if (value && value.resourceType === "Bundle") entry.push(...(value.entry || []));
    else if (value) entry.push({ resource: value });
  }
  return { resourceType: "Bundle", type: "collection", entry };
}

async function cards(body) {
  const { prefetch } = JSON.parse(body);
  source.reset();
  source.loadBundles([chart(prefetch)]);
  const results = await executor.exec(source);
  const { Due } = results.patientResults[prefetch.patient.id];
  return Due ? [{ summary: "x".repeat(100), indicator: "info", source: { label: "bench" } }] : [];
}

// One chart at a time: the source is shared.
let last = Promise.resolve();
http
  .createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      last = last.then(async () => {
        const answer = JSON.stringify({ cards: await cards(Buffer.concat(parts).toString()) });
        response.writeHead(200, { "Content-Type": "application/json" });
        response.end(answer);
      });
    });
  })
  .listen(Number(process.argv[2]), "127.0.0.1");
