import { announce } from "../../app/announce.ts";
import { useAnswer } from "../../app/use-answer.ts";
import { useSettled } from "../../app/use-settled.ts";
import { Loading } from "../../components/loading.tsx";
import { UnmarkedText } from "../../components/marked-text.tsx";
import { Messages } from "../../components/messages.tsx";
import { ServerText } from "../../components/server-text.tsx";
import type { Answer, Arguments } from "../../connection/tools.ts";
import { spellJson } from "../../text/exact-json.ts";
import { promptTexts } from "../../texts/prompt.ts";

export type FilledIn = Arguments<"render_prompt">;

/** Every message as the agent gets it. @param call undefined while values are missing */
export function Preview({ call }: { readonly call: FilledIn | undefined }) {
  const texts = promptTexts();
  const settled = useSettled(call, JSON.stringify(call ?? null));
  const rendered = useAnswer("render_prompt", settled.value);
  return (
    <section aria-labelledby="preview">
      <h3 id="preview">{texts.preview}</h3>
      {settled.value === undefined ? (
        <p>{texts.previewWaits}</p>
      ) : (
        <Loading of={rendered}>
          {(answer) => (
            <>
              {(answer.notes ?? []).map((note) => (
                <p key={note}>
                  <ServerText text={note} />
                </p>
              ))}
              {answer.messages === undefined ? (
                <UnmarkedText text={answer.text ?? ""} label={texts.preview} />
              ) : (
                <Messages messages={answer.messages} />
              )}
              <button type="button" onClick={() => void copy(answer)}>
                {texts.copy}
              </button>
            </>
          )}
        </Loading>
      )}
    </section>
  );
}

/** Hosts may refuse it. */
async function copy({ text, messages }: Answer<"render_prompt">): Promise<void> {
  try {
    await navigator.clipboard.writeText(text ?? spellJson(messages, 2));
    announce(promptTexts().copied);
  } catch {
    announce(promptTexts().notCopied);
  }
}
