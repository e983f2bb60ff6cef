import { fieldTexts } from "../../texts/edit-fields.ts";
import { type Argument, ArgumentEditor } from "./argument-editor.tsx";
import type { Declaration, Declarations } from "./draft.ts";

/** What people say about each variable: for whoever fills it in, and for the server's checks. */
export function ArgumentsEditor({
  found,
  declared,
  isUsed,
  onDeclared,
}: {
  /** The variables, as the server finds them in the text. */
  readonly found: readonly Argument[];
  readonly declared: Declarations;
  readonly isUsed: (name: string) => boolean;
  readonly onDeclared: (declared: Declarations) => void;
}) {
  const inText = new Set(found.map(({ name }) => name));
  const names = [...inText, ...Object.keys(declared).filter((name) => !inText.has(name))];
  const declare = (name: string, declaration: Declaration) => {
    const { [name]: _, ...others } = declared;
    const said = Object.entries(declaration).filter(([, value]) => value !== undefined);
    const isNew = declared[name] === undefined;
    if (said.length === 0) return onDeclared(others);
    const next = Object.fromEntries(said);
    onDeclared(isNew ? { ...others, [name]: next } : { ...declared, [name]: next });
  };
  return (
    <section aria-labelledby="arguments-title">
      <h2 id="arguments-title">{fieldTexts().variables}</h2>
      <p class="quiet">{names.length === 0 ? fieldTexts().noVariables : fieldTexts().help}</p>
      {names.map((name) => (
        <ArgumentEditor
          key={name}
          name={name}
          argument={found.find((one) => one.name === name)}
          isUsed={inText.has(name) || isUsed(name)}
          declaration={declared[name] ?? {}}
          onDeclaration={(declaration) => declare(name, declaration)}
        />
      ))}
    </section>
  );
}
