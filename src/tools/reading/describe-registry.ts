import * as z from "zod";
import type { RegistryDescription } from "../../registry/types.ts";
import { type SkillSelection, skillSelections } from "../../registry/versions/prompt-tags.ts";
import type { Effect, Policy } from "../../session/policy.ts";
import type { Session } from "../../session/session.ts";
import { isWithinReach, mayDo } from "../offered.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const effects = ["reads", "adds", "moves", "deletes"] as const satisfies readonly Effect[];

export const describeRegistry = defineTool({
  name: "describe_registry",
  title: "Describe the registry",
  description:
    "Describes the prompt registry this server serves: its kind (an MLflow server or an embedded database file), address, MLflow release and workspace, which version of a prompt is published, the workspaces that you may use, and what you may do. Use it when a prompt is not where you expected it.",
  effect: "reads",
  input: z.strictObject({}),
  output: z.object({
    backend: z.enum(["embedded", "mlflow"]),
    location: z
      .string()
      .optional()
      .describe(
        "Address of MLflow's pages, or path. Over HTTP, the server does not reveal an address in its network.",
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
    protected_aliases: z
      .array(z.string())
      .describe("Aliases that callers depend on: breaking those callers needs a confirmation."),
    writable_aliases: z
      .array(z.string())
      .optional()
      .describe("The only aliases that you may set and delete. Absent: any."),
    skills: z
      .enum(skillSelections)
      .describe(
        "Which prompts this server serves as skills: those with the tag mcp.skill = true, all published ones, or none.",
      ),
    workspaces: z
      .array(z.string())
      .optional()
      .describe("The workspaces that you may use. Absent where there are none, or unknown."),
    allowed: z
      .array(z.enum(effects))
      .describe(
        "What you may do: read, add versions, move (aliases, tags, names), delete. Your token's scopes may allow less than the server.",
      ),
    offered: z.array(z.string()).optional().describe("The only tools that the operator offers."),
    models: z
      .array(z.string())
      .optional()
      .describe(
        "The models that run_prompt may ask, the default first. Empty: any. Absent: the server runs no prompt. The token may lack the scope: see allowed.",
      ),
    read_only: z.boolean().describe("Whether you can write nothing."),
  }),
  async run(session, _input, options) {
    const { registry, serve, skills, tools } = session;
    const about = await registry.describe(options);
    const workspaces = usableWorkspaces(session, about);
    const allowed = effects.filter((effect) => mayDo(session, effect));
    const models = modelsOf(session);
    const kind = about.backend === "mlflow" ? "MLflow server" : "Embedded registry";
    const lines = [
      line`${kind}${about.location ? ` at ${about.location}` : ""}${about.release ? `, MLflow ${about.release}` : ""}`,
      about.capabilities.workspaces
        ? line`Workspace: ${about.workspace ?? "the server's default"}`
        : line`The registry has no workspaces.`,
      line`Published version of a prompt: its first alias in this order: ${serve.join(", ")}`,
      ...describeAliases(session),
      line`${skillSentences[skills]}`,
      workspaces && line`Workspaces that you may use: ${workspaces.join(", ")}`,
      line`${describeAllowed(session)}`,
      models && line`${describeModels(models)}`,
      tools.length > 0 && line`The operator offers only these tools: ${tools.join(", ")}`,
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
        ...viewAliases(session),
        skills,
        ...(workspaces ? { workspaces: [...workspaces] } : {}),
        allowed,
        ...(tools.length > 0 ? { offered: [...tools] } : {}),
        ...(models ? { models: [...models] } : {}),
        read_only: allowed.length === 1,
      },
      text: ToolText.join(...lines),
    };
  },
});

const skillSentences: Readonly<Record<SkillSelection, string>> = {
  tagged: "Skills: the prompts with the tag mcp.skill = true",
  all: "Skills: all published prompts",
  off: "This server serves no prompt as a skill.",
};

function viewAliases({ protectedAliases, writableAliases }: Policy) {
  return {
    protected_aliases: [...protectedAliases],
    ...(writableAliases.length > 0 ? { writable_aliases: [...writableAliases] } : {}),
  };
}

function describeAliases({ protectedAliases, writableAliases }: Policy) {
  return [
    protectedAliases.length > 0 && line`Protected aliases: ${protectedAliases.join(", ")}`,
    writableAliases.length > 0 &&
      line`Only these aliases can be set and deleted: ${writableAliases.join(", ")}`,
  ];
}

/** Undefined where the server runs no prompt. */
function modelsOf(session: Session): readonly string[] | undefined {
  const canRun = isWithinReach({ name: "run_prompt", effect: "runs", model: "needed" }, session);
  return canRun ? session.models?.allowed : undefined;
}

function describeModels(models: readonly string[]): string {
  if (models.length === 0) return "run_prompt may ask any model.";
  return `Models that run_prompt may ask, the default first: ${models.join(", ")}`;
}

function describeAllowed(policy: Policy): string {
  if (policy.readOnly) return "Read-only: nothing can be registered, moved or deleted.";
  const [writes, deletes] = [mayDo(policy, "adds"), mayDo(policy, "deletes")];
  if (writes && deletes) return "Writing is allowed.";
  const missing = [!writes && "prompts:write", !deletes && "prompts:delete"].filter(Boolean);
  const may = writes ? "register and move, but not delete" : deletes ? "read and delete" : "read";
  const scopes = missing.length === 1 ? "scope" : "scopes";
  return `You may ${may}: your access token lacks the ${scopes} ${missing.join(" and ")}.`;
}

/** What both the registry and this server allow the caller. */
function usableWorkspaces(
  { allowedWorkspaces }: Session,
  { workspaces, capabilities }: RegistryDescription,
): readonly string[] | undefined {
  if (!capabilities.workspaces) return undefined;
  if (workspaces === undefined) return allowedWorkspaces;
  return workspaces.filter((name) => allowedWorkspaces?.includes(name) ?? true);
}
