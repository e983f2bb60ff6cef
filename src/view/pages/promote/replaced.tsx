import { Link } from "../../components/link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { common } from "../../texts/common.ts";
import { promoteTexts } from "../../texts/promote.ts";
import { timeText } from "../../texts/texts.ts";
import { VersionCard } from "../compare/version-card.tsx";
import type { Plan } from "./move-facts.tsx";

/** Which version the alias points at, since when and by whom, and which one replaces it. */
export function Replaced({
  plan: { name, alias, version, previous_version: previous, planned },
  listed,
}: {
  readonly plan: Plan;
  readonly listed: Answer<"list_prompt_versions"> | undefined;
}) {
  const last = listed?.alias_history?.find((move) => move.alias === alias);
  const move = last?.to_version === previous ? last : undefined;
  const of = (number: number) => listed?.versions.find((one) => one.version === number);
  const [now, next] = [previous === undefined ? undefined : of(previous), of(version)];
  return (
    <>
      <h2>{promoteTexts().replaced}</h2>
      {planned?.is_protected && (
        <p class="protected">
          <span aria-hidden="true">◆ </span>
          <strong>{common().protected}</strong> · {promoteTexts().isProtected}
        </p>
      )}
      <p>
        <PlainText text={says(alias, previous, version)} />
      </p>
      {previous !== undefined && (
        <p class="quiet">
          {move ? <PlainText text={sinceText(move)} /> : promoteTexts().sinceUnknown}
        </p>
      )}
      {previous === version && move?.from_version !== undefined && (
        <Link class="button" to={{ page: "promote", name, at: String(move.from_version), alias }}>
          {promoteTexts().goBack(move.from_version)}
        </Link>
      )}
      <div class="version-cards">
        {now && <VersionCard name={name} side={promoteTexts().live} of={now} />}
        {next && next !== now && <VersionCard name={name} side={promoteTexts().next} of={next} />}
      </div>
    </>
  );
}

function says(alias: string, previous: number | undefined, version: number): string {
  if (previous === undefined) return promoteTexts().isNew(alias, version);
  if (previous === version) return promoteTexts().already(alias, version);
  return promoteTexts().moves(alias, previous, version);
}

type Move = NonNullable<Answer<"list_prompt_versions">["alias_history"]>[number];

function sinceText({ at, by, reason }: Move): string {
  const since = [promoteTexts().since(timeText(at)), by && promoteTexts().by(by)];
  const because = reason === undefined ? "" : ` · ${promoteTexts().because(reason)}`;
  return `${since.filter(Boolean).join(" ")}${because}`;
}
