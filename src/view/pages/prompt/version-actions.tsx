import { Link } from "../../components/link.tsx";
import { OutsideLink } from "../../components/outside-link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { common } from "../../texts/common.ts";
import { promptTexts } from "../../texts/prompt.ts";
import { type Live, mlflowPage, promotableAliases, type Registry, type Version } from "./known.ts";

/** Where people go on from a version. */
export function VersionActions({
  registry,
  version,
  live,
}: {
  readonly registry: Registry;
  readonly version: Version;
  readonly live: Live | undefined;
}) {
  const texts = promptTexts();
  const { name } = version;
  const at = String(version.version);
  const page = mlflowPage(registry, name, version.version);
  return (
    <nav class="version-actions" aria-label={texts.actions}>
      <Link to={{ page: "edit", name, at }}>{texts.edit}</Link>
      {live !== undefined && live.version !== version.version && (
        <Link to={{ page: "compare", name, from: String(live.version), to: at }}>
          {texts.compare}
        </Link>
      )}
      {promotableAliases(registry, version).map((alias) => (
        <Link key={alias} to={{ page: "promote", name, at, alias }}>
          <PlainText text={texts.promote(alias)} />
          {registry.protected_aliases.includes(alias) && ` (${common().protected})`}
        </Link>
      ))}
      <Link to={{ page: "evaluate", name, runs: [] }}>{texts.evaluate}</Link>
      {page !== undefined && <OutsideLink to={page}>{texts.mlflow}</OutsideLink>}
    </nav>
  );
}
