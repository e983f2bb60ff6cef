import { spellJson } from "../text/exact-json.ts";
import { plainLine } from "../text/hidden.ts";
import { promptTexts } from "../texts/prompt.ts";
import { MarkedText, UnmarkedText, type Variables } from "./marked-text.tsx";
import { PlainText } from "./plain-text.tsx";

/** A message of a chat as the server gives it. A placeholder may have no role. */
interface Message {
  readonly role?: string | undefined;
  readonly content?: unknown;
  readonly [key: string]: unknown;
}

/** A chat as turns, with everything that its messages hold. Images are named and not loaded. */
export function Messages({
  messages,
  variables,
}: {
  readonly messages: readonly Message[];
  /** Undefined for messages that are filled in, in which nothing is marked. */
  readonly variables?: Variables | undefined;
}) {
  return (
    <ol class="turns">
      {messages.map((message, index) => (
        <li key={index}>
          <Turn {...{ message, variables }} number={index + 1} />
        </li>
      ))}
    </ol>
  );
}

function Turn({
  message,
  number,
  variables,
}: {
  readonly message: Message;
  readonly number: number;
  readonly variables: Variables | undefined;
}) {
  const { role = "placeholder", content, tool_calls, ...others } = message;
  const title = plainLine(promptTexts().message(number, role));
  const isPlaceholder = role === "placeholder" || message.type === "placeholder";
  const further = Object.keys(others).length > 0 && !isPlaceholder;
  const parts = Array.isArray(content) ? content : content ? [content] : [];
  return (
    <>
      <h3>{title}</h3>
      {isPlaceholder && (
        <p>
          <PlainText text={promptTexts().placeholder(String(message.name ?? content ?? ""))} />
        </p>
      )}
      {!isPlaceholder &&
        parts.map((part, index) => (
          <Part key={index} part={part} label={title} variables={variables} />
        ))}
      {tool_calls !== undefined && (
        <>
          <p>{promptTexts().toolCalls}</p>
          <Json
            value={tool_calls}
            label={`${title}: ${promptTexts().toolCalls}`}
            {...{ variables }}
          />
        </>
      )}
      {further && (
        <>
          <p>{promptTexts().otherFields}</p>
          <Json
            value={others}
            label={`${title}: ${promptTexts().otherFields}`}
            {...{ variables }}
          />
        </>
      )}
    </>
  );
}

interface PartProps {
  readonly label: string;
  readonly variables: Variables | undefined;
}

function Part({ part, label, variables }: PartProps & { readonly part: unknown }) {
  const text = textOf(part);
  if (text !== undefined) return <Text {...{ text, label, variables }} />;
  const image = imageOf(part);
  if (image !== undefined) {
    return (
      <p>
        <PlainText text={promptTexts().image(image)} />
      </p>
    );
  }
  return <Json value={part} label={`${label}: ${promptTexts().otherPart}`} {...{ variables }} />;
}

function Text({ text, label, variables }: PartProps & { readonly text: string }) {
  if (variables === undefined) return <UnmarkedText {...{ text, label }} />;
  return <MarkedText {...{ text, label, variables }} />;
}

function Json({ value, label, variables }: PartProps & { readonly value: unknown }) {
  return <Text text={spellJson(value, 2)} {...{ label, variables }} />;
}

function textOf(part: unknown): string | undefined {
  if (typeof part === "string") return part;
  const isText = typeof part === "object" && part !== null && "type" in part && "text" in part;
  return isText && part.type === "text" && typeof part.text === "string" ? part.text : undefined;
}

/** What is shown of an image's address: data may be long. */
const shownAddress = 200;

function imageOf(part: unknown): string | undefined {
  if (typeof part !== "object" || part === null || !("image_url" in part)) return undefined;
  const { image_url: image } = part;
  const nested = typeof image === "object" && image !== null && "url" in image ? image.url : image;
  const address = typeof nested === "string" ? nested : spellJson(nested);
  return address.length > shownAddress ? `${address.slice(0, shownAddress)}…` : address;
}
