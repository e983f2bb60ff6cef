import { selection, type VersionName, versionOrAlias } from "../../app/route.ts";
import { useAnswer } from "../../app/use-answer.ts";
import { Link } from "../../components/link.tsx";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { PromptLink } from "../../components/prompt-link.tsx";
import { aliasesOf, listedVersions, type Versions } from "../../components/version-picker.tsx";
import type { Answer } from "../../connection/tools.ts";
import { compareTexts } from "../../texts/compare.ts";
import { promotableAliases } from "../prompt/known.ts";
import { Callers } from "./callers.tsx";
import { Evaluations } from "./evaluations.tsx";
import { VersionCard } from "./version-card.tsx";
import { VersionChanges } from "./version-changes.tsx";
import { VersionPickers } from "./version-pickers.tsx";

/** What changed from one version to another. */
export function ComparePage({
  name,
  from,
  to,
}: {
  readonly name: string;
  readonly from: VersionName;
  readonly to: VersionName;
}) {
  const listed = useAnswer("list_prompt_versions", { name, limit: listedVersions });
  const compared = useAnswer("compare_prompt_versions", {
    name,
    from_version: versionOrAlias(from),
    to_version: versionOrAlias(to),
  });
  return (
    <>
      <PromptLink name={name} />
      <h1 tabIndex={-1}>
        {compareTexts().title}: <PlainText text={name} />
      </h1>
      <Loading of={listed}>
        {({ versions }) => (
          <VersionPickers {...{ name, from, to, versions }} aliases={aliasesOf(versions)} />
        )}
      </Loading>
      <Loading of={compared}>
        {(found) => (
          <Compared
            key={`${found.from_version}...${found.to_version}`}
            name={name}
            found={found}
            listed={listed.value?.versions ?? []}
          />
        )}
      </Loading>
    </>
  );
}

function Compared({
  name,
  found,
  listed,
}: {
  readonly name: string;
  readonly found: Answer<"compare_prompt_versions">;
  readonly listed: Versions;
}) {
  const { from_version: from, to_version: to, contract_change: change } = found;
  const older = useAnswer("load_prompt", { name, ...selection(String(from)) });
  const newer = useAnswer("load_prompt", { name, ...selection(String(to)) });
  const about = useAnswer("describe_registry", {});
  const [alias] = about.value && newer.value ? promotableAliases(about.value, newer.value) : [];
  const aliases = (version: number) => listed.find((one) => one.version === version)?.aliases ?? [];
  return (
    <>
      <div class="version-cards">
        <VersionCard
          name={name}
          side={compareTexts().from}
          of={{ version: from, aliases: aliases(from), ...found.older }}
        />
        <VersionCard
          name={name}
          side={compareTexts().to}
          of={{ version: to, aliases: aliases(to), ...found.newer }}
        />
      </div>
      {from === to && <p class="note">{compareTexts().equal}</p>}
      {from > to && <p class="note">{compareTexts().backwards(from, to)}</p>}
      <div class="buttons">
        {alias !== undefined && (
          <Link class="button" to={{ page: "promote", name, at: String(to), alias }}>
            {compareTexts().promote(to)}
          </Link>
        )}
        <Link class="button" to={{ page: "edit", name, at: String(to) }}>
          {compareTexts().edit(to)}
        </Link>
      </div>
      <h2>{compareTexts().callers}</h2>
      <Callers change={change} version={to} />
      <Loading of={older}>
        {(before) => (
          <Loading of={newer}>{(after) => <VersionChanges older={before} newer={after} />}</Loading>
        )}
      </Loading>
      <Evaluations name={name} from={from} to={to} />
    </>
  );
}
