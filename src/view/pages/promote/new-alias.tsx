import { useId, useState } from "preact/hooks";
import { promoteTexts } from "../../texts/promote.ts";

const valid = /^[\w-]{1,255}$/;

/** Names an alias that there is not yet. */
export function NewAlias({ onName }: { readonly onName: (alias: string) => void }) {
  const id = useId();
  const [alias, setAlias] = useState("");
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      class="new-alias"
      onSubmit={(event) => {
        event.preventDefault();
        setWrong(!valid.test(alias));
        if (valid.test(alias)) onName(alias);
      }}
    >
      <label for={id}>{promoteTexts().newAlias}</label>
      <input
        id={id}
        value={alias}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={`${id}-help`}
        aria-invalid={isWrong}
        onInput={({ currentTarget }) => setAlias(currentTarget.value)}
      />
      <button type="submit">{promoteTexts().useAlias}</button>
      <p id={`${id}-help`} role={isWrong ? "alert" : undefined} class={isWrong ? "wrong" : "quiet"}>
        {isWrong ? promoteTexts().wrongAlias : promoteTexts().newAliasHelp}
      </p>
    </form>
  );
}
