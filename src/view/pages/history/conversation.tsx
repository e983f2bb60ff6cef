import { useRef, useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { usePassFocusOn } from "../../app/focus-heading.ts";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import type { CallFailure } from "../../connection/connection.ts";
import type { Answer } from "../../connection/tools.ts";
import { historyTexts } from "../../texts/history.ts";
import { CommentForm } from "./comment-form.tsx";
import { Said } from "./said.tsx";

type Comment = Answer<"prompt_discussion">["comments"][number];

/** A comment with its answers, and what people can do with it. */
export function Conversation({
  comment,
  name,
  version,
  canComment,
  changed,
}: {
  readonly comment: Comment;
  readonly name: string;
  readonly version: number;
  readonly canComment: boolean;
  readonly changed: () => void;
}) {
  const [isAnswering, setAnswering] = useState(false);
  const [failure, setFailure] = useState<CallFailure>();
  // A comment that is resolved or opened again moves to the other list.
  const item = usePassFocusOn<HTMLLIElement>();
  const toggle = useRef<HTMLButtonElement>(null);
  const { id, passage, resolved, replies } = comment;
  const texts = historyTexts();
  const settle = async () => {
    setFailure(undefined);
    try {
      await callTool("comment_on_prompt", {
        ...{ name, version },
        ...(resolved ? { reopen: id } : { resolve: id }),
      });
      announce(resolved ? texts.reopened : texts.resolved);
      changed();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <li ref={item}>
      {passage && (
        <blockquote>
          {passage.message !== undefined && (
            <span class="quiet">{texts.inMessage(passage.message + 1)} </span>
          )}
          <q class="pre">
            <PlainText text={passage.quote} />
          </q>
          {!passage.found && <p class="lost">{texts.passageLost}</p>}
        </blockquote>
      )}
      <Said {...comment} />
      <p class="pre">
        <PlainText text={comment.text} />
      </p>
      {replies.length > 0 && (
        <ul class="replies">
          {replies.map((reply) => (
            <li key={reply.id}>
              <Said {...reply} />
              <p class="pre">
                <PlainText text={reply.text} />
              </p>
            </li>
          ))}
        </ul>
      )}
      {resolved && (
        <p class="quiet">
          {texts.resolvedBy} <Said {...resolved} />
        </p>
      )}
      {failure && <Failure failure={failure} />}
      {canComment && (
        <div class="buttons">
          {!resolved && (
            <button
              ref={toggle}
              type="button"
              aria-expanded={isAnswering}
              onClick={() => setAnswering(!isAnswering)}
            >
              {texts.answer}
            </button>
          )}
          <button type="button" onClick={settle}>
            {resolved ? texts.reopen : texts.resolve}
          </button>
        </div>
      )}
      {isAnswering && (
        <CommentForm
          args={{ name, version, reply_to: id }}
          label={texts.yourAnswer}
          send={texts.sendAnswer}
          done={() => {
            setAnswering(false);
            toggle.current?.focus();
            changed();
          }}
        />
      )}
    </li>
  );
}
