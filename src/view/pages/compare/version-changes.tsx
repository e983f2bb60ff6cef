import { DifferenceLayout } from "../../components/difference-layout.tsx";
import type { Answer } from "../../connection/tools.ts";
import { compareTexts } from "../../texts/compare.ts";
import { Settings } from "./settings.tsx";
import { Turns } from "./turns.tsx";
import { Variables } from "./variables.tsx";

export type Version = Answer<"load_prompt">;

/** Everything that changed from one version to another: variables first. */
export function VersionChanges({
  older,
  newer,
}: {
  readonly older: Version;
  readonly newer: Version;
}) {
  const key = `${older.version}...${newer.version}`;
  return (
    <>
      <h2>{compareTexts().variables}</h2>
      <Variables before={older.arguments} after={newer.arguments} />
      <h2>{compareTexts().text}</h2>
      <DifferenceLayout />
      <Turns key={key} older={older} newer={newer} />
      <h2>{compareTexts().settings}</h2>
      <Settings
        before={older.llm_config}
        after={newer.llm_config}
        same={compareTexts().sameSettings}
      />
      <h2>{compareTexts().format}</h2>
      <Settings
        before={older.response_format}
        after={newer.response_format}
        same={compareTexts().sameFormat}
      />
    </>
  );
}
