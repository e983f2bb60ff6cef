import { selection } from "../../app/route.ts";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { ServerText } from "../../components/server-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { promoteTexts } from "../../texts/promote.ts";
import { timeText } from "../../texts/texts.ts";
import { Callers } from "../compare/callers.tsx";
import { Evaluations } from "../compare/evaluations.tsx";
import { VersionChanges } from "../compare/version-changes.tsx";
import { GateEvidence } from "./gate-evidence.tsx";
import { Replaced } from "./replaced.tsx";

export type Plan = Answer<"set_prompt_alias">;

/** What speaks for and against a move: what is replaced, callers, evidence, changes. */
export function MoveFacts({
  plan,
  listed,
}: {
  readonly plan: Plan;
  readonly listed: Answer<"list_prompt_versions"> | undefined;
}) {
  const { name, version, previous_version: previous, contract_change: change, served } = plan;
  if (previous === version) return <Replaced plan={plan} listed={listed} />;
  const breaks = plan.planned?.breaks ?? [];
  return (
    <>
      <Replaced plan={plan} listed={listed} />
      <h2>{promoteTexts().callers}</h2>
      {change && <Callers change={change} version={version} />}
      {previous === undefined && <p>{promoteTexts().noCallers}</p>}
      {plan.problem !== undefined && (
        <p class="note">
          {promoteTexts().unfillable} <ServerText text={plan.problem} />
        </p>
      )}
      {plan.left_at !== undefined && (
        <p class="note">{promoteTexts().leftAt(timeText(plan.left_at))}</p>
      )}
      {breaks.map((effect) => (
        <Note key={effect} text={effect} />
      ))}
      <p>
        {served.after !== undefined && served.after !== served.before
          ? promoteTexts().serves(served.after)
          : promoteTexts().servesStill}
      </p>
      {plan.warnings && (
        <>
          <h2>{promoteTexts().warnings}</h2>
          {plan.warnings.map((warning) => (
            <Note key={warning} text={warning} />
          ))}
        </>
      )}
      <h2>{promoteTexts().evidence}</h2>
      <GateEvidence plan={plan} />
      {previous !== undefined && (
        <>
          <Evaluations name={name} from={previous} to={version} />
          <Changes key={`${previous}...${version}`} name={name} from={previous} to={version} />
        </>
      )}
    </>
  );
}

function Note({ text }: { readonly text: string }) {
  return (
    <p class="note">
      <ServerText text={text} />
    </p>
  );
}

function Changes({
  name,
  from,
  to,
}: {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}) {
  const older = useAnswer("load_prompt", { name, ...selection(String(from)) });
  const newer = useAnswer("load_prompt", { name, ...selection(String(to)) });
  return (
    <Loading of={older}>
      {(before) => (
        <Loading of={newer}>{(after) => <VersionChanges older={before} newer={after} />}</Loading>
      )}
    </Loading>
  );
}
