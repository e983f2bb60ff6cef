import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSignature } from "../../../src/http/webhooks/signature.ts";
import { runs } from "../../support/runs.ts";

/** A delivery as MLflow 3.17.2 made it. */
const recorded = {
  secret: "ssssssssssssssssssss",
  body: Buffer.from(
    '{"entity": "prompt", "action": "created", "timestamp": "2026-11-24T11:43:02.297993+00:00", "data": {"name": "in-red-2", "tags": {}, "description": ""}, "workspace": "red"}',
  ),
  headers: {
    "x-mlflow-delivery-id": "f4d1b23f-de75-4108-aef4-955c9d2ec96e",
    "x-mlflow-timestamp": "1795520582",
    "x-mlflow-signature": "v1,YezWRupYoQQjX0AKq3Tu6NAon87D+O+jCiv8OgwKhVc=",
  },
  now: 1_795_520_582_000,
};

function check(changed: Partial<typeof recorded> = {}): string {
  const { secret, headers, body, now } = { ...recorded, ...changed };
  return checkSignature(secret, headers, body, now);
}

/** Something else at one place: every byte of it may be another one, or missing, or one too many. */
function otherBytes(of: Uint8Array): fc.Arbitrary<Buffer<ArrayBuffer>> {
  return fc
    .tuple(fc.nat(of.length), fc.constantFrom(0, 1), fc.uint8Array({ maxLength: 2 }))
    .map(([at, left, put]) => Buffer.concat([of.subarray(0, at), put, of.subarray(at + left)]))
    .filter((bytes) => !bytes.equals(of));
}

describe("a delivery's signature", () => {
  it("is MLflow's, over the id, the time in seconds and the body", () => {
    expect(check()).toBe("f4d1b23f-de75-4108-aef4-955c9d2ec96e");
  });

  it.each([
    ["five minutes ago", 300_000, true],
    ["longer ago", 300_001, false],
    ["five minutes ahead", -300_000, true],
    ["further ahead", -300_001, false],
  ])("is taken when it was made %s, or not", (_, ms, taken) => {
    const checking = () => check({ now: recorded.now + ms });
    if (taken) expect(checking()).toBe(recorded.headers["x-mlflow-delivery-id"]);
    else expect(checking).toThrow("by more than 5 minutes");
  });

  it("is refused with any byte of the body changed", () => {
    fc.assert(
      fc.property(otherBytes(recorded.body), (body) => {
        expect(() => check({ body })).toThrow("The signature is wrong");
      }),
      { numRuns: runs(1_000) },
    );
  });

  it.each(["x-mlflow-delivery-id", "x-mlflow-timestamp", "x-mlflow-signature"] as const)(
    "is refused with any byte of %s changed",
    (name) => {
      fc.assert(
        fc.property(otherBytes(Buffer.from(recorded.headers[name])), (changed) => {
          const headers = { ...recorded.headers, [name]: changed.toString("latin1") };
          expect(() => check({ headers })).toThrow(expect.objectContaining({ status: 401 }));
        }),
        { numRuns: runs(1_000) },
      );
    },
  );

  it("is refused with any byte of the secret changed", () => {
    fc.assert(
      fc.property(otherBytes(Buffer.from(recorded.secret)), (changed) => {
        // HMAC fills a key up with zero bytes, which no environment variable can have.
        fc.pre(!changed.includes(0));
        expect(() => check({ secret: changed.toString("latin1") })).toThrow("is wrong");
      }),
    );
  });

  it("does not fit another division of the same bytes", () => {
    const id = recorded.headers["x-mlflow-delivery-id"];
    const body = recorded.body.toString();
    const dot = body.indexOf(".");
    const headers = {
      ...recorded.headers,
      "x-mlflow-delivery-id": `${id}.1795520582.${body.slice(0, dot)}`,
      "x-mlflow-timestamp": body.slice(dot + 1, dot + 7),
    };
    const rest = Buffer.from(body.slice(dot + 8));
    expect(() => check({ headers, body: rest })).toThrow("X-MLflow-Delivery-Id");
  });

  it("is of the bytes, and not of the characters that they are decoded to", () => {
    const [signed, changed] = [Buffer.from("\uFFFD"), Buffer.from([0xff])];
    expect(changed.toString()).toBe(signed.toString());
    const { secret, headers } = recorded;
    const hmac = createHmac("sha256", secret)
      .update(`${headers["x-mlflow-delivery-id"]}.${headers["x-mlflow-timestamp"]}.`)
      .update(signed);
    const own = { ...headers, "x-mlflow-signature": `v1,${hmac.digest("base64")}` };
    expect(check({ headers: own, body: signed })).toBe(headers["x-mlflow-delivery-id"]);
    expect(() => check({ headers: own, body: changed })).toThrow("The signature is wrong");
  });
});
