import { RegistryError, type RegistryErrorSubject } from "../../registry/errors.ts";

/** The arguments by which a caller asks to pass a gate. */
export interface OverrideArguments {
  readonly override_gate: boolean;
  readonly reason?: string | undefined;
}

/**
 * Whether the caller asks to pass a gate without its evidence.
 * @param undone how the error message begins, for instance "Nothing was registered"
 * @throws RegistryError `invalid` without a reason
 */
export function asksToOverride(
  { override_gate, reason }: OverrideArguments,
  undone: string,
  subject: RegistryErrorSubject,
): boolean {
  if (!override_gate) return false;
  if (reason !== undefined && reason.trim() !== "") return true;
  throw new RegistryError(
    "invalid",
    `${undone}: override_gate needs reason. Say why the gate is passed without its evidence: it is kept in the audit log and in the history of the alias.`,
    subject,
  );
}

/**
 * Refuses what a gate does not allow, unless the caller asks to pass it.
 * @param effects why, a sentence each
 * @throws RegistryError `conflict` (`gate`)
 */
export function refuseUngated(
  effects: readonly string[],
  {
    override,
    undone,
    subject,
    instead,
  }: {
    readonly override: boolean;
    readonly undone: string;
    readonly subject: RegistryErrorSubject;
    readonly instead?: string | undefined;
  },
): void {
  if (effects.length === 0 || override) return;
  const otherwise = instead === undefined ? "" : ` ${instead}`;
  throw new RegistryError(
    "conflict",
    `${undone}. ${effects.join(" ")}${otherwise} Only if the person wants it nevertheless: call again with override_gate true and a reason.`,
    subject,
    { reason: "gate" },
  );
}
