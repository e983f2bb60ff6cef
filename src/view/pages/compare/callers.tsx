import { ServerText } from "../../components/server-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { compareTexts } from "../../texts/compare.ts";

type ContractChange = Answer<"compare_prompt_versions">["contract_change"];
type Verdict = ContractChange["verdict"];

const marks: Readonly<Record<Verdict, string>> = {
  same: "✓",
  compatible: "✓",
  adds_optional: "✓",
  unclear: "?",
  breaking: "!",
};

/** Whether callers of the old version can use the new one, in words. */
export function Callers({
  change: { verdict, reasons },
  version,
}: {
  readonly change: ContractChange;
  /** The new version, which the reasons are about. */
  readonly version: number;
}) {
  return (
    <div class={`verdict-box ${verdict}`}>
      <p>
        <span class="verdict-mark" aria-hidden="true">
          {marks[verdict]}
        </span>{" "}
        <strong>{compareTexts()[`verdict_${verdict}`]}</strong>
      </p>
      {reasons.length > 0 && (
        <ul>
          {reasons.map(({ says }) => (
            <li key={says}>
              {compareTexts().newer(version)} <ServerText text={says} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
