import { useMemo } from "preact/hooks";
import { MarkedText } from "../../components/marked-text.tsx";
import { Messages } from "../../components/messages.tsx";
import { Points } from "../../components/points.tsx";
import { ServerText } from "../../components/server-text.tsx";
import { promptTexts } from "../../texts/prompt.ts";
import { ArgumentList } from "./argument-list.tsx";
import { FillIn } from "./fill-in.tsx";
import type { Live, Registry, Version } from "./known.ts";
import { ModelSettings } from "./model-settings.tsx";
import { VersionActions } from "./version-actions.tsx";
import { VersionFacts } from "./version-facts.tsx";

/** Everything of a version, from who saved it to what a model answers. */
export function VersionContent({
  registry,
  version,
  live,
}: {
  readonly registry: Registry;
  readonly version: Version;
  readonly live: Live | undefined;
}) {
  const { arguments: args, messages, template = "", problem, hints = [] } = version;
  const variables = useMemo(() => new Map(args.map((one) => [one.name, one])), [args]);
  const texts = promptTexts();
  return (
    <>
      <VersionFacts {...{ registry, version, live }} />
      <VersionActions {...{ registry, version, live }} />
      {problem !== undefined && (
        <div class="failure">
          <strong>{texts.problem}</strong>
          <p class="pre">
            <ServerText text={problem} />
          </p>
        </div>
      )}
      {hints.length > 0 && (
        <div class="prompt-hints">
          <strong>{texts.hints}</strong>
          <Points items={hints} />
        </div>
      )}
      <h2>{messages === undefined ? texts.text : texts.messages}</h2>
      {messages === undefined ? (
        <MarkedText text={template} label={texts.text} variables={variables} />
      ) : (
        <Messages {...{ messages, variables }} />
      )}
      <ArgumentList args={args} />
      <ModelSettings version={version} />
      <FillIn {...{ registry, version }} />
    </>
  );
}
