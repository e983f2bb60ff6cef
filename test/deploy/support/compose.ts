import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { root } from "./run.ts";

export const composeFolder = join(root, "deploy/compose");

const compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).default({}),
      secrets: z.array(z.string()).default([]),
      mem_limit: z.string(),
      security_opt: z.array(z.string()),
      healthcheck: z.object({ test: z.array(z.string()) }),
      ports: z.array(z.string()).default([]),
      stop_grace_period: z.string().optional(),
    }),
  ),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});

/** compose.yaml with its anchors resolved. */
export function readCompose() {
  const text = readFileSync(join(composeFolder, "compose.yaml"), "utf8");
  return compose.parse(parse(text, { merge: true }));
}
