import { useId } from "preact/hooks";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { type Entered, type ScorerKind, type Setting, scorerKinds } from "./scorers.ts";
import { SettingField } from "./setting-field.tsx";

type Chosen = Readonly<Record<string, Entered>>;

/** What is measured, with the settings of what is chosen. */
export function ScorerFields({
  scorers,
  setScorers,
}: {
  readonly scorers: Chosen;
  readonly setScorers: (scorers: Chosen) => void;
}) {
  const words = evaluateTexts();
  const choose = ({ type }: ScorerKind, isChosen: boolean) => {
    const { [type]: _, ...others } = scorers;
    setScorers(isChosen ? { ...others, [type]: {} } : others);
  };
  return (
    <fieldset>
      <legend>{words.scorers}</legend>
      {[false, true].map((judges) => (
        <div key={String(judges)}>
          <p class="quiet">{judges ? words.byJudge : words.withoutModel}</p>
          {scorerKinds
            .filter((kind) => kind.judges === judges)
            .map((kind) => {
              const entered = scorers[kind.type];
              return (
                <div key={kind.type}>
                  <label class="choice">
                    <input
                      type="checkbox"
                      checked={entered !== undefined}
                      onChange={({ currentTarget }) => choose(kind, currentTarget.checked)}
                    />{" "}
                    {words.scorer(kind.type)}
                  </label>
                  {entered && kind.settings.length > 0 && (
                    <fieldset class="settings">
                      <legend class="visually-hidden">{words.scorer(kind.type)}</legend>
                      {kind.settings.map((setting) => (
                        <ScorerSetting
                          key={setting.key}
                          setting={setting}
                          value={entered[setting.key] ?? ""}
                          set={(value) =>
                            setScorers({
                              ...scorers,
                              [kind.type]: { ...entered, [setting.key]: value },
                            })
                          }
                        />
                      ))}
                    </fieldset>
                  )}
                </div>
              );
            })}
        </div>
      ))}
    </fieldset>
  );
}

function ScorerSetting({
  setting: { key, kind, required },
  value,
  set,
}: {
  readonly setting: Setting;
  readonly value: string;
  readonly set: (value: string) => void;
}) {
  const words = evaluateTexts();
  const id = useId();
  const label = words.setting(key);
  switch (kind) {
    case "check":
      return (
        <label class="choice">
          <input
            type="checkbox"
            checked={value === "on"}
            onChange={({ currentTarget }) => set(currentTarget.checked ? "on" : "")}
          />{" "}
          {label}
        </label>
      );
    case "values":
      return (
        <div class="field">
          <label for={id}>{label}</label>
          <select id={id} value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
            <option value="">{words.yesNo}</option>
            <option value="number">{words.number}</option>
          </select>
        </div>
      );
    default:
      return (
        <SettingField
          {...{ label, kind, required, value, set }}
          isLong={kind === "lines" || kind === "json" || key === "instructions"}
        />
      );
  }
}
