import { expect, it } from "vitest";
import { metricReference } from "../../support/metric-reference.ts";

it("docs/metrics.md has the metrics that the service offers", async () => {
  await expect(await metricReference()).toMatchFileSnapshot("../../../docs/metrics.md");
});
