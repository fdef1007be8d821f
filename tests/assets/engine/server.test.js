import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerWay } from "../../../assets/engine/server.js";

/**
 * @param {((endpoint: string, values: unknown[]) => Promise<any>)} predict
 * @param {number} failures of connections, before one succeeds
 */
function createServer(predict, failures = 0) {
  const connections = /** @type {unknown[][]} */ ([]);
  const client = {
    Client: {
      async connect(/** @type {unknown[]} */ ...values) {
        connections.push(values);
        if (connections.length <= failures) throw new TypeError("no connection");
        return { predict };
      },
    },
  };
  const importClient = /** @type {any} */ (async () => client);
  return { server: new ServerWay("http://app/", importClient), connections };
}

const noFace = async () => ({ data: [{ width: 9, height: 9, faces: [], more: 0, reason: "No face was found." }, []] });

/** @param {string} message */
const refuse = (message) => () => Promise.reject(Object.assign(new Error(message), { stage: "error" }));

test("one connection serves all requests, and the client keeps no history of them", async () => {
  const { server, connections } = createServer(noFace);
  await assert.rejects(server.find(new Blob()), { name: "NoFaceFound", message: "No face was found." });
  await assert.rejects(server.find(new Blob()), { name: "NoFaceFound" });
  assert.deepEqual(connections, [["http://app/", { record_history: false }]]);
});

test("a server that could not be reached is asked again by the next request", async () => {
  const { server } = createServer(noFace, 1);
  await assert.rejects(server.find(new Blob()), { name: "ServerError", message: /^The server cannot be reached/ });
  await assert.rejects(server.find(new Blob()), { name: "NoFaceFound" });
});

test("what the server refuses about a picture is a picture's error, in the server's words", async () => {
  const { server } = createServer(refuse("This file is damaged."));
  await assert.rejects(server.find(new Blob()), { name: "PictureError", message: "This file is damaged." });
  const model = { name: "vae", latents: 2, channels: 3, encoder: null, decoder: null, typicality: null };
  await assert.rejects(server.decode(model, new Float32Array(2), null), { name: "ServerError" });
});

test("codes are sent in rows, at most 36 at once", async () => {
  const asked = /** @type {any[]} */ ([]);
  const { server } = createServer(async (endpoint, [rows]) => {
    asked.push(
      endpoint,
      /** @type {unknown[][]} */ (rows).map((row) => row.length),
    );
    return { data: [[]] };
  });
  const model = { name: "vae", latents: 3, channels: 3, encoder: null, decoder: null, typicality: null };
  await server.decode(model, new Float32Array(40 * 3), null).catch(() => {}); // the answers have no pictures
  assert.deepEqual(asked, ["/decode", Array(36).fill(3), "/decode", Array(4).fill(3)]);
});

test("a beta is sent last, and codes of another one in a call of their own", async () => {
  const asked = /** @type {any[]} */ ([]);
  const { server } = createServer(async (endpoint, [first, ...rest]) => {
    asked.push([endpoint, Array.isArray(first) ? first.length : "picture", ...rest]);
    return { data: [endpoint === "/encode" ? { mean: [1], logvar: [0] } : []] };
  });
  const dial = { name: "dial", latents: 2, channels: 3, encoder: null, decoder: null, highest: 50 };
  await server.decode(dial, new Float32Array(6), Float32Array.of(5, 5, 2)).catch(() => {}); // no pictures come
  await server.decode({ ...dial, highest: undefined }, new Float32Array(6), null).catch(() => {});
  assert.deepEqual(asked, [
    ["/decode", 2, "dial", 5],
    ["/decode", 1, "dial", 2],
    ["/decode", 3, "dial"],
  ]);
});

test("a newer request of a key replaces the one that waits", async () => {
  const { server } = createServer(noFace);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1));
  const running = server.ask({}, pause);
  await Promise.resolve();
  const asked = [1, 2].map((value) => server.ask({ key: "slider" }, async () => value));
  const results = await Promise.allSettled([running, ...asked]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});
