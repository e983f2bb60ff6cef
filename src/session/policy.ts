import type { Gate } from "../registry/evaluation/gate/gate.ts";
import type { SkillSelection } from "../registry/versions/prompt-tags.ts";

/** What a tool does to the registry. `runs`: it asks a model, which costs money, and stores a trace. */
export type Effect = "reads" | "runs" | "adds" | "moves" | "deletes";

/** What an operator allows every caller, and what the caller's token allows. */
export interface Policy {
  /** Aliases, or "latest". A prompt is served at the first of them that it has. */
  readonly serve: readonly string[];
  /** Offers no tool that writes. */
  readonly readOnly: boolean;
  /** Names of the offered tools. Empty: all. */
  readonly tools: readonly string[];
  /** What the scopes of the caller's token allow. Absent: everything. */
  readonly granted?: ReadonlySet<Effect>;
  /** Aliases that callers depend on. A change that breaks those callers needs `allow_breaking`. */
  readonly protectedAliases: readonly string[];
  /** Aliases that callers may set and delete. Empty: all. */
  readonly writableAliases: readonly string[];
  /** What versions of all prompts must have been measured to be before an alias moves to them. */
  readonly promotionGates: readonly Gate[];
  /** Refuses to register or promote content that is hidden from readers or that hosts execute. */
  readonly strictContent: boolean;
  /** Which prompts are served as skills. */
  readonly skills: SkillSelection;
  /** Whether hosts can show the view for people (MCP Apps). */
  readonly view: boolean;
  /** How prompts are rendered. A missing field follows from the client's host. */
  readonly rendering: {
    /** What system messages become: MCP has no system role. */
    readonly systemRole?: "fold" | "label" | "assistant";
    /** Renders every prompt as one message. */
    readonly singleMessage?: boolean;
  };
}
