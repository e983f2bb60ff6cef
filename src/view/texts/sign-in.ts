import { defineTexts, type Translation } from "./texts.ts";

export const en = {
  title: "Sign in",
  startToken: "Token from the address that the server printed",
  user: "User name",
  password: "Password",
  orToken: "Or an access token",
  token: "Access token",
  signIn: "Sign in",
  atIssuer: "Sign in at the organisation's page",
  signOut: "Sign out",
  where: "It stays in the memory of this page, and is gone when you close or reload it.",
  closeWindow: "You are signed in. You can close this window.",
  more: "This needs another permission.",
  refused: "The sign-in was refused: {0}.",
  unreachable:
    "The issuer's token endpoint cannot be reached from this page ({0}). Its operator allows this origin there (CORS).",
  noToken: "The issuer gave no access token: {0}.",
  needsHttps: "Signing in needs an https address: open the page over https.",
} as const;

export const de: Translation<typeof en> = {
  title: "Anmelden",
  startToken: "Token aus der Adresse, die der Server ausgegeben hat",
  user: "Benutzername",
  password: "Passwort",
  orToken: "Oder ein Zugriffstoken",
  token: "Zugriffstoken",
  signIn: "Anmelden",
  atIssuer: "Auf der Seite der Organisation anmelden",
  signOut: "Abmelden",
  where: "Es bleibt im Speicher dieser Seite und ist weg, wenn Sie sie schließen oder neu laden.",
  closeWindow: "Sie sind angemeldet. Sie können dieses Fenster schließen.",
  more: "Dafür ist eine weitere Berechtigung nötig.",
  refused: "Die Anmeldung wurde abgelehnt: {0}.",
  unreachable:
    "Der Token-Endpunkt des Ausstellers ist von dieser Seite aus nicht erreichbar ({0}). Sein Betreiber muss diese Herkunft dort zulassen (CORS).",
  noToken: "Der Aussteller gab kein Zugriffstoken: {0}.",
  needsHttps: "Anmelden geht nur über https: Öffnen Sie die Seite mit einer https-Adresse.",
};

export const signInTexts = defineTexts("signIn", en);
