import { useId, useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import type { CallFailure } from "../../connection/connection.ts";
import type { Arguments } from "../../connection/tools.ts";
import { historyTexts } from "../../texts/history.ts";

/** A text to add. What was typed stays until it is stored. */
export function CommentForm({
  args,
  label,
  send,
  done,
}: {
  readonly args: Arguments<"comment_on_prompt">;
  readonly label: string;
  readonly send: string;
  readonly done: () => void;
}) {
  const id = useId();
  const [text, setText] = useState("");
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<CallFailure>();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isSending || text.trim() === "") return;
    setSending(true);
    setFailure(undefined);
    try {
      await callTool("comment_on_prompt", { ...args, text });
      setText("");
      announce(historyTexts().commented);
      done();
    } catch (error) {
      setFailure(toFailure(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <form onSubmit={submit} class="comment-form">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={3}
        maxLength={2_000}
        required
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      {failure && <Failure failure={failure} />}
      <div class="buttons">
        <button type="submit" aria-disabled={isSending}>
          {send}
        </button>
      </div>
    </form>
  );
}
