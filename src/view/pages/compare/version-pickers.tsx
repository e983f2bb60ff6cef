import { replaceRoute } from "../../app/navigation.ts";
import type { VersionName } from "../../app/route.ts";
import { VersionPicker, type Versions } from "../../components/version-picker.tsx";
import { compareTexts } from "../../texts/compare.ts";

/** Chooses the two sides. The address follows. */
export function VersionPickers({
  name,
  from,
  to,
  versions,
  aliases,
}: {
  readonly name: string;
  readonly from: VersionName;
  readonly to: VersionName;
  readonly versions: Versions;
  /** Where each alias points. */
  readonly aliases: ReadonlyMap<string, number>;
}) {
  const show = (sides: { readonly from: VersionName; readonly to: VersionName }) =>
    replaceRoute({ page: "compare", name, ...sides });
  return (
    <form class="version-pickers" aria-label={compareTexts().choose}>
      <VersionPicker
        label={compareTexts().from}
        value={from}
        onChoose={(chosen) => show({ from: chosen, to })}
        {...{ versions, aliases }}
      />
      <button type="button" onClick={() => show({ from: to, to: from })}>
        <span aria-hidden="true">⇄ </span>
        {compareTexts().swap}
      </button>
      <VersionPicker
        label={compareTexts().to}
        value={to}
        onChoose={(chosen) => show({ from, to: chosen })}
        {...{ versions, aliases }}
      />
    </form>
  );
}
