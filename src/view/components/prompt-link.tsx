import { Link } from "./link.tsx";
import { PlainText } from "./plain-text.tsx";

/** Above the heading of a page about a prompt: the way back to it. */
export function PromptLink({ name }: { readonly name: string }) {
  return (
    <p>
      <Link to={{ page: "prompt", name }}>
        <PlainText text={name} />
      </Link>
    </p>
  );
}
