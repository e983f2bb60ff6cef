import { UnmarkedText } from "../../components/marked-text.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { ServerText } from "../../components/server-text.tsx";
import { TraceId } from "../../components/trace-id.tsx";
import type { Answer } from "../../connection/tools.ts";
import { spellJson } from "../../text/exact-json.ts";
import { promptTexts } from "../../texts/prompt.ts";
import { numberText } from "../../texts/texts.ts";

type RunView = Answer<"run_prompt">;

/** What a model answered, with what it took. */
export function RunAnswer({ answer }: { readonly answer: RunView }) {
  const texts = promptTexts();
  const { text, tool_calls, refusal, notes = [], failed_models = [] } = answer;
  return (
    <div class="run-answer">
      <h4>{texts.answer}</h4>
      {refusal !== undefined && (
        <>
          <p>{texts.refusal}</p>
          <UnmarkedText text={refusal} label={texts.refusal} />
        </>
      )}
      {text !== "" && <UnmarkedText text={text} label={texts.answer} />}
      {tool_calls !== undefined && (
        <>
          <p>{texts.toolCalls}</p>
          <UnmarkedText text={spellJson(tool_calls, 2)} label={texts.toolCalls} />
        </>
      )}
      {text === "" && tool_calls === undefined && refusal === undefined && <p>{texts.noAnswer}</p>}
      <dl class="facts">
        {factsOf(answer).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <PlainText text={value} />
            </dd>
          </div>
        ))}
        {answer.format && (
          <div>
            <dt>{texts.responseFormat}</dt>
            <dd>
              {formatText(answer.format.valid)} <ServerText text={answer.format.problem ?? ""} />
            </dd>
          </div>
        )}
        {answer.trace_id !== undefined && (
          <div>
            <dt>{texts.trace}</dt>
            <dd>
              <TraceId id={answer.trace_id} url={answer.trace_url} />
            </dd>
          </div>
        )}
      </dl>
      {[...failed_models.map(({ model, reason }) => `${model}: ${reason}`), ...notes].map(
        (note) => (
          <p key={note}>
            <ServerText text={note} />
          </p>
        ),
      )}
    </div>
  );
}

function factsOf(answer: RunView): readonly (readonly [string, string])[] {
  const texts = promptTexts();
  const { model, latency_ms, cost_usd, usage, finish_reason } = answer;
  const all: readonly (readonly [string, string | undefined])[] = [
    [texts.answeredBy, model],
    [texts.time, texts.seconds(numberText(latency_ms / 1_000, 2))],
    [texts.cost, cost_usd === undefined ? texts.unknown : `$${numberText(cost_usd, 6)}`],
    [
      texts.tokens,
      usage
        ? texts.tokenCount(numberText(usage.input_tokens), numberText(usage.output_tokens))
        : texts.unknown,
    ],
    [texts.finish, finish_reason],
  ];
  return all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

/** What is said before the problem, where the answer has not the form or was not checked. */
function formatText(valid: boolean | undefined): string {
  if (valid === undefined) return promptTexts().formatUnchecked;
  return valid ? promptTexts().formatValid : promptTexts().formatInvalid;
}
