import { describe, expect, it } from "vitest";
import { createFingerprint } from "../../../src/http/auth/fingerprint.ts";
import { createForwardAuthenticator } from "../../../src/http/auth/forward.ts";
import { normalizeCredential } from "../../../src/http/auth/normalize-credential.ts";
import { networkOf } from "../../../src/http/client-address.ts";

/** `ann:pw1`, whose base64 ends in a letter with bits that mean nothing. */
const ann = "Basic YW5uOnB3MQ==";

describe("one credential is one caller", () => {
  it.each([
    ["the case of its scheme", "bASIC YW5uOnB3MQ=="],
    ["white space", " Basic \t YW5uOnB3MQ== "],
    ["its padding", "Basic YW5uOnB3MQ"],
    ["too much padding", "Basic YW5uOnB3MQ===="],
    ["its last letter", "Basic YW5uOnB3MR=="],
  ])("whatever %s", async (_, authorization) => {
    const { identify } = createForwardAuthenticator({}, createFingerprint());

    const one = await identify({ authorization: ann, address: "" });
    const other = await identify({ authorization, address: "" });

    expect(other).toEqual(one);
    expect(other.credential).toEqual({ kind: "header", value: ann });
  });

  it.each([
    ["another password", "Basic YW5uOnB3Mg=="],
    ["a token of the same letters", "Bearer YW5uOnB3MQ=="],
    ["a token whose case differs", "Bearer yW5uOnB3MQ=="],
  ])("and %s is another's", (_, authorization) => {
    expect(normalizeCredential(authorization)).not.toBe(ann);
    expect(normalizeCredential(authorization)).toBe(authorization);
  });

  it.each([
    undefined,
    "",
    "Basic",
    "Bearer ",
    "Digest x",
    "Basic a b",
    "Basic é",
    "Basic a-b_",
    "Bearer a b",
    "Bearer a\u00a0b",
  ])("and %j holds none", (authorization) => {
    expect(normalizeCredential(authorization)).toBeUndefined();
  });
});

describe("a name is claimed by Basic credentials", () => {
  const named = async (pair: string) => {
    const authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
    const { identify } = createForwardAuthenticator({}, createFingerprint());
    return (await identify({ authorization, address: "" })).claimedName;
  };

  it("that have a password", async () => {
    expect(await named("ann:pw")).toBe("ann");
    expect(await named("ann:p:w")).toBe("ann");
  });

  it("and from no others, whose first half is a key", async () => {
    expect(await named("sk-secret-key:")).toBeUndefined();
    expect(await named("sk-secret-key")).toBeUndefined();
    expect(await named(":sk-secret-key")).toBeUndefined();
  });
});

describe("one client is one address", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:FFFF:C000:0207", "192.0.2.7"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::/64"],
    ["2001:DB8:1:0002::9", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["", ""],
  ])("%s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it("and the next network is another", () => {
    expect(networkOf("2001:db8:1:3::")).not.toBe(networkOf("2001:db8:1:2::"));
  });
});
