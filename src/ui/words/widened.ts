/** The same sentences with any text in them: the shape that another language has to fill. */
export type Widened<T> = T extends string
  ? string
  : T extends (...values: infer Values) => infer Said
    ? (...values: Values) => Widened<Said>
    : T extends object
      ? { [Key in keyof T]: Widened<T[Key]> }
      : T;
