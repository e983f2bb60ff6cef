import { useRef, useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { editTexts } from "../../texts/edit.ts";
import { editedMessage, type KeyedMessage, type Message } from "./draft.ts";
import { MessageEditor } from "./message-editor.tsx";
import type { FieldProblems } from "./registration.ts";

/** The messages of a chat prompt, in order. */
export function MessagesEditor({
  messages,
  problems,
  onMessages,
}: {
  readonly messages: readonly KeyedMessage[];
  readonly problems: FieldProblems;
  readonly onMessages: (messages: readonly KeyedMessage[]) => void;
}) {
  const [removed, setRemoved] = useState<{ message: KeyedMessage; index: number }>();
  const addButton = useRef<HTMLButtonElement>(null);
  const add = (message: Message) => {
    const key = 1 + Math.max(-1, ...messages.map((one) => one.key));
    onMessages([...messages, { ...editedMessage(message), key }]);
  };
  const move = (from: number, to: number) => {
    const moved = messages.toSpliced(from, 1).toSpliced(to, 0, ...messages.slice(from, from + 1));
    onMessages(moved);
    announce(editTexts().moved(from + 1, to + 1));
  };
  const remove = (index: number) => {
    const message = messages[index];
    if (message === undefined) return;
    setRemoved({ message, index });
    onMessages(messages.toSpliced(index, 1));
    announce(editTexts().removed(index + 1));
    addButton.current?.focus();
  };
  const putBack = () => {
    if (!removed) return;
    const { message, index } = removed;
    const key = 1 + Math.max(-1, ...messages.map((one) => one.key));
    onMessages(messages.toSpliced(Math.min(index, messages.length), 0, { ...message, key }));
    setRemoved(undefined);
    addButton.current?.focus();
  };
  return (
    <section aria-labelledby="messages-title">
      <h2 id="messages-title" tabIndex={-1} data-step="writing">
        {editTexts().messages}
      </h2>
      <p id="text-help" class="quiet">
        {editTexts().textHelp}
      </p>
      {messages.map((message, index) => (
        <MessageEditor
          key={message.key}
          message={message}
          number={index + 1}
          count={messages.length}
          problem={problems.get(message.key)}
          onMessage={(changed) =>
            onMessages(messages.with(index, { ...changed, key: message.key }))
          }
          onMove={(by) => move(index, index + by)}
          onRemove={() => remove(index)}
        />
      ))}
      <div class="buttons">
        <button ref={addButton} type="button" onClick={() => add({ role: "user", content: "" })}>
          {editTexts().addMessage}
        </button>
        <button type="button" onClick={() => add({ type: "placeholder", name: "history" })}>
          {editTexts().addPlaceholder}
        </button>
        {removed && (
          <button type="button" onClick={putBack}>
            {editTexts().putBack}
          </button>
        )}
      </div>
    </section>
  );
}
