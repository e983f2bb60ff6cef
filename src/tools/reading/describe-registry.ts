import * as z from "zod";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

export const describeRegistry = defineTool({
  name: "describe_registry",
  title: "Describe the registry",
  description:
    "Describes the prompt registry this server serves: its kind (an MLflow server or an embedded database file), address, MLflow release and workspace, which version of a prompt is published, and whether writing is allowed. Use it when a prompt is not where you expected it.",
  effect: "reads",
  input: z.strictObject({}),
  output: z.object({
    backend: z.enum(["embedded", "mlflow"]),
    location: z
      .string()
      .optional()
      .describe(
        "Address or path. Over HTTP, the server does not reveal MLflow's address in its network.",
      ),
    release: z
      .string()
      .optional()
      .describe("MLflow release of the server, or of the file's schema."),
    workspace: z.string().optional(),
    capabilities: z.object({
      workspaces: z.boolean().describe("Whether the registry has workspaces."),
      atomic_writes: z
        .boolean()
        .describe("Whether no other write can come between a check and its write."),
    }),
    published_versions: z
      .array(z.string())
      .describe(
        "Aliases in the order in which they are tried: the first one that a prompt has gives its published version.",
      ),
    read_only: z.boolean(),
  }),
  async run({ registry, serve, readOnly }, _input, options) {
    const about = await registry.describe(options);
    const kind = about.backend === "mlflow" ? "MLflow server" : "Embedded registry";
    const lines = [
      line`${kind}${about.location ? ` at ${about.location}` : ""}${about.release ? `, MLflow ${about.release}` : ""}`,
      about.capabilities.workspaces
        ? line`Workspace: ${about.workspace ?? "the server's default"}`
        : line`The registry has no workspaces.`,
      line`Published version of a prompt: its first alias in this order: ${serve.join(", ")}`,
      readOnly
        ? line`Read-only: nothing can be registered, moved or deleted.`
        : line`Writing is allowed.`,
    ];
    return {
      structured: {
        backend: about.backend,
        ...(about.location ? { location: about.location } : {}),
        ...(about.release ? { release: about.release } : {}),
        ...(about.workspace ? { workspace: about.workspace } : {}),
        capabilities: {
          workspaces: about.capabilities.workspaces,
          atomic_writes: about.capabilities.atomicWrites,
        },
        published_versions: [...serve],
        read_only: readOnly,
      },
      text: ToolText.join(...lines),
    };
  },
});
