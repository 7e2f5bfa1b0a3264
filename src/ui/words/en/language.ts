/** The choice of the language. Each language is named in itself, in src/ui/language.ts. */
export const language = {
  label: 'Language',
  missing: (name: string) => `The language “${name}” could not be loaded; the page stays as it is.`,
};
