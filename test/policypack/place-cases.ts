// Where resources stand and what they are labelled with: what each rule must report and what it must leave alone.
import { database } from "./database-cases.ts";
import { type Cases, instance, invoker, secret, service } from "./infra-case.ts";

const regions = { regions: ["europe-west1"] };
const labels = { labels: ["team"] };

export const placeCases: Cases = {
  "region-not-allowed": {
    bad: [
      { what: "another region", type: service, props: { location: "us-central1" }, settings: regions },
      {
        what: "a zone of another region",
        type: "gcp:compute/instance:Instance",
        props: { zone: "us-central1-a" },
        settings: regions,
      },
      { what: "a multi-region", type: "gcp:storage/bucket:Bucket", props: { location: "EU" }, settings: regions },
      { what: "no region", type: instance, props: { settings: {} }, settings: regions },
      {
        what: "the provider's region",
        type: instance,
        props: { settings: {} },
        provider: { region: "us-central1" },
        settings: regions,
      },
      { what: "a secret that is everywhere", type: secret, props: { replication: { auto: {} } }, settings: regions },
      {
        what: "a replica elsewhere",
        type: secret,
        props: { replication: { userManaged: { replicas: [{ location: "europe-west1" }, { location: "us-east1" }] } } },
        settings: regions,
      },
    ],
    good: [
      { what: "an allowed region", type: service, props: { location: "europe-west1" }, settings: regions },
      {
        what: "an allowed zone",
        type: "gcp:compute/instance:Instance",
        props: { zone: "europe-west1-b" },
        settings: regions,
      },
      { what: "upper case", type: "gcp:storage/bucket:Bucket", props: { location: "EUROPE-WEST1" }, settings: regions },
      {
        what: "the provider's region",
        type: instance,
        props: { settings: {} },
        provider: { region: "europe-west1" },
        settings: regions,
      },
      { what: "what has no place", type: "gcp:projects/iAMMember:IAMMember", props: { role: "r" }, settings: regions },
      { what: "any region where none is configured", type: service, props: { location: "us-central1" } },
    ],
  },
  "missing-label": {
    bad: [
      { what: "no labels", type: service, props: {}, settings: labels },
      { what: "another label", type: secret, props: { labels: { owner: "jo" } }, settings: labels },
      { what: "an empty label", type: secret, props: { labels: { team: "" } }, settings: labels },
      { what: "a database", type: instance, props: database({ userLabels: {} }), settings: labels },
    ],
    good: [
      { what: "the label", type: secret, props: { labels: { team: "bookings" } }, settings: labels },
      { what: "a database's", type: instance, props: database(), settings: labels },
      {
        what: "the provider's default",
        type: secret,
        props: {},
        provider: { defaultLabels: { team: "bookings" } },
        settings: labels,
      },
      { what: "what has no labels", type: invoker, props: {}, settings: labels },
      { what: "none configured", type: secret, props: {} },
    ],
  },
};
