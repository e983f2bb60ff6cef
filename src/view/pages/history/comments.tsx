import { useRef, useState } from "preact/hooks";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { historyTexts } from "../../texts/history.ts";
import { CommentForm } from "./comment-form.tsx";
import { Conversation } from "./conversation.tsx";
import type { ChosenPassage } from "./passage-field.tsx";
import { PassageField } from "./passage-field.tsx";

/** The comments on a version: open ones first, and a form for another. */
export function Comments({
  discussion,
  changed,
}: {
  readonly discussion: Answer<"prompt_discussion">;
  readonly changed: () => void;
}) {
  const { name, version, comments, can_comment } = discussion;
  const texts = historyTexts();
  const open = comments.filter(({ resolved }) => resolved === undefined);
  const resolved = comments.filter((one) => one.resolved !== undefined);
  const shared = { name, version, canComment: can_comment, changed };
  return (
    <>
      {open.length === 0 && <p class="quiet">{texts.noComments(version)}</p>}
      {open.length > 0 && (
        <ul class="comments">
          {open.map((comment) => (
            <Conversation key={comment.id} comment={comment} {...shared} />
          ))}
        </ul>
      )}
      {resolved.length > 0 && (
        <details>
          <summary>{texts.resolvedComments(resolved.length)}</summary>
          <ul class="comments">
            {resolved.map((comment) => (
              <Conversation key={comment.id} comment={comment} {...shared} />
            ))}
          </ul>
        </details>
      )}
      {can_comment && <NewComment key={version} {...shared} />}
    </>
  );
}

function NewComment({
  name,
  version,
  changed,
}: {
  readonly name: string;
  readonly version: number;
  readonly changed: () => void;
}) {
  const [chosen, setChosen] = useState<ChosenPassage>();
  const [isChoosing, setChoosing] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const texts = historyTexts();
  const passage = chosen && {
    ...{ quote: chosen.quote, start: chosen.start },
    ...(chosen.message === undefined ? {} : { message: chosen.message }),
  };
  return (
    <>
      <h3>{texts.newComment}</h3>
      <p class="about">
        {chosen ? texts.aboutPassage : texts.aboutVersion(version)}
        {chosen && (
          <q>
            <PlainText text={chosen.quote} />
          </q>
        )}{" "}
        <button
          ref={toggle}
          type="button"
          aria-expanded={chosen ? undefined : isChoosing}
          onClick={() => {
            setChoosing(!chosen && !isChoosing);
            setChosen(undefined);
          }}
        >
          {chosen ? texts.aboutWhole : texts.choosePassage}
        </button>
      </p>
      {isChoosing && (
        <Passages
          name={name}
          version={version}
          choose={(one) => {
            setChosen(one);
            setChoosing(false);
            toggle.current?.focus();
          }}
        />
      )}
      <CommentForm
        args={{ name, version, ...(passage ? { passage } : {}) }}
        label={texts.yourComment}
        send={texts.addComment}
        done={() => {
          setChosen(undefined);
          changed();
        }}
      />
    </>
  );
}

/** The texts of the version, to choose a passage from. */
function Passages({
  name,
  version,
  choose,
}: {
  readonly name: string;
  readonly version: number;
  readonly choose: (passage: ChosenPassage) => void;
}) {
  const loaded = useAnswer("load_prompt", { name, version });
  return (
    <Loading of={loaded}>
      {(prompt) => <PassageField texts={textsOf(prompt)} choose={choose} />}
    </Loading>
  );
}

function textsOf({ template, messages = [] }: Answer<"load_prompt">) {
  if (template !== undefined) return [{ text: template }];
  return messages.flatMap(({ content, role }, message) =>
    typeof content === "string" ? [{ text: content, message, role: role ?? "" }] : [],
  );
}
