import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Reach, reachOf } from "../../../executor/external/address-reach.ts";
import type { ResolveName } from "../../../executor/external/checked-lookup.ts";
import { type HttpRequest, sendRequest } from "../../../executor/external/http-request.ts";

let server: Server;
let port: number;
let hits = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    hits += 1;
    response.setHeader("Content-Type", "application/json").end(JSON.stringify({ host: request.headers.host }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  hits = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function ask(url: string, more: Partial<HttpRequest> = {}, resolve?: ResolveName): ReturnType<typeof sendRequest> {
  const request = { method: "GET", url: new URL(url), headers: {}, body: undefined, timeout: 1000, ...more };
  return resolve === undefined ? sendRequest(request) : sendRequest(request, resolve);
}

/** A resolver that gives the next answer each time it is asked. */
function answering(...answers: readonly (readonly string[])[]): ResolveName & { readonly asked: () => number } {
  let asked = 0;
  const resolve: ResolveName = () => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
  };
  return Object.assign(resolve, { asked: () => asked });
}

const reaches: Readonly<Record<Reach, readonly string[]>> = {
  public: [
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
    "::ffff:0:808:808",
    "64:ff9b:1::808:808",
    "64:ff9b:1:808:8:800::",
  ],
  private: [
    ..."127.0.0.1 127.255.0.9 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 198.18.0.1".split(" "),
    ..."::1 fd00::1 fc00::1 ::ffff:127.0.0.1 ::ffff:7f00:1 0:0:0:0:0:ffff:a00:1 64:ff9b::a00:1 2002:7f00:1::".split(
      " ",
    ),
    ..."::127.0.0.1 ::ffff:0:a00:1 64:ff9b:1::a00:1 64:ff9b:1:a00:0:100:808:808 64:ff9b:1:7f:0:0:100::".split(" "),
  ],
  never: [
    ..."169.254.169.254 169.254.0.1 0.0.0.0 0.1.2.3 224.0.0.1 240.0.0.1 255.255.255.255 192.0.2.1".split(" "),
    ..."fd20:ce::254 fd00:ec2::254 fe80::1 fe80::1%eth0 :: ff02::1 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe".split(" "),
    ..."64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1 ::ffff:0.0.0.0 2001:db8::1 2001::1".split(" "),
    // Translated by the network itself, whose prefix may have any of four lengths.
    ..."::ffff:0:a9fe:a9fe ::ffff:0:169.254.169.254 64:ff9b:1::a9fe:a9fe 64:ff9b:1:a9fe:a9:fe00::".split(" "),
    ..."64:ff9b:1:a9:fe:a9fe:: 64:ff9b:1:0:a9:fea9:fe00:0 64:ff9b:1:5::a9fe:a9fe 64:ff9b:1::1 64:ff9b:1::".split(" "),
    ...["", "example.com", "127.1", "0x7f.1"],
  ],
};

test.each(
  Object.entries(reaches).flatMap(([reach, addresses]) => addresses.map((address) => [address, reach] as const)),
)("the address %j is %s", (address, reach) => {
  expect(reachOf(address)).toBe(reach);
});

test.each(["127.0.0.1", "10.0.0.5", "::1", "fd00::5", "::ffff:127.0.0.1", "169.254.169.254"])(
  "a name that leads to %s is not called, and nothing is sent",
  async (address) => {
    const asked = ask(`http://service.example:${String(port)}/`, {}, answering([address]));
    await expect(asked).rejects.toMatchObject({ effect: "none", reason: "forbidden" });
    expect(hits).toBe(0);
  },
);

test("a name of which one address is private is not called at its public one either", async () => {
  const asked = ask(`http://service.example:${String(port)}/`, {}, answering(["8.8.8.8", "127.0.0.1"]));
  await expect(asked).rejects.toMatchObject({ reason: "forbidden" });
});

test("a name that changes its mind is connected to at the address that was checked: it is looked up once", async () => {
  const rebound = answering(["127.0.0.1"], ["169.254.169.254"]);
  const { body } = await ask(`http://service.example:${String(port)}/`, { network: "private" }, rebound);
  expect(body).toEqual({ host: `service.example:${String(port)}` });
  expect(rebound.asked()).toBe(1);
  const turned = answering(["8.8.8.8"], ["127.0.0.1"]);
  await expect(ask(`http://turned.example:${String(port)}/`, { timeout: 200 }, turned)).rejects.toMatchObject({
    effect: "none",
  });
  expect(turned.asked()).toBe(1);
  expect(hits).toBe(1);
});

test("a name in a declared private network is called, but never where the metadata server is", async () => {
  const url = `http://ledger.internal:${String(port)}/`;
  expect((await ask(url, { network: "private" }, answering(["127.0.0.1"]))).status).toBe(200);
  for (const address of ["169.254.169.254", "fd20:ce::254", "0.0.0.0"]) {
    const asked = ask(`http://other.internal:${String(port)}/`, { network: "private" }, answering([address]));
    await expect(asked).rejects.toMatchObject({ reason: "forbidden" });
  }
});

test.each([
  "http://169.254.169.254/computeMetadata/v1/",
  "http://2852039166/",
  "http://0xa9fea9fe/",
  "http://[::ffff:169.254.169.254]/",
  "http://[fd20:ce::254]/",
  "http://metadata.google.internal/",
  "http://METADATA.google.internal./",
  "http://metadata/",
  "http://0/",
  "http://user@127.0.0.1/",
  "http://user:secret@127.0.0.1/",
])("%s is never called, whatever is declared", async (url) => {
  const asked = ask(url, { network: "private" }, answering(["127.0.0.1"]));
  await expect(asked).rejects.toMatchObject({ effect: "none", reason: "forbidden" });
});

test("addresses of the own machine that the specs themselves write are called, as local runs do", async () => {
  for (const host of ["127.0.0.1", "2130706433", "localhost", "[::ffff:127.0.0.1]"]) {
    expect((await ask(`http://${host}:${String(port)}/`)).status).toBe(200);
  }
  const asked = ask(`http://localhost:${String(port + 1)}/`, {}, answering(["8.8.8.8"]));
  await expect(asked).rejects.toMatchObject({ reason: "forbidden" });
});

test("a name that cannot be found has had no effect", async () => {
  const lost: ResolveName = () => Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }));
  await expect(ask("http://gone.example/", {}, lost)).rejects.toMatchObject({ effect: "none", reason: "refused" });
});
