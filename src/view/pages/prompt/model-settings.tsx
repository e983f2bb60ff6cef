import { UnmarkedText } from "../../components/marked-text.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { spellJson } from "../../text/exact-json.ts";
import { promptTexts } from "../../texts/prompt.ts";
import type { Version } from "./known.ts";

/** The model and its settings that a version asks for, and the form of the answer. */
export function ModelSettings({
  version: { llm_config, response_format },
}: {
  readonly version: Version;
}) {
  const texts = promptTexts();
  return (
    <>
      {llm_config !== undefined && (
        <>
          <h2>{texts.settings}</h2>
          <dl class="facts">
            {entriesOf(llm_config).map(([key, value]) => (
              <div key={key}>
                <dt>
                  <PlainText text={key} />
                </dt>
                <dd class="pre">
                  <PlainText text={textOf(value)} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {response_format !== undefined && (
        <>
          <h2>{texts.responseFormat}</h2>
          <UnmarkedText text={textOf(response_format)} label={texts.responseFormat} />
        </>
      )}
    </>
  );
}

function entriesOf(
  config: NonNullable<Version["llm_config"]>,
): readonly (readonly [string, unknown])[] {
  return typeof config === "string" ? [["", config]] : Object.entries(config);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : spellJson(value, 2);
}
