/** Values of JSON by dotted path, where a path goes through every element of a list. Pure. */

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the path leads anywhere, in one element at least of each list. */
export function hasPath(value: unknown, path: string): boolean {
  return path
    .split('.')
    .reduce<readonly unknown[]>(
      (values, step) =>
        values
          .flatMap((each: unknown) => (Array.isArray(each) ? (each as unknown[]) : [each]))
          .flatMap((each) => (isObject(each) && step in each ? [each[step]] : [])),
      [value],
    )
    .some((found) => found !== undefined);
}

/**
 * Whether `expected` is a part of `value`: null stands for anything that is there, an empty list for an empty one,
 * and the elements of any other list are parts of some element each.
 */
export function holds(value: unknown, expected: unknown): boolean {
  if (expected === null) {
    return value !== undefined;
  }
  if (Array.isArray(expected)) {
    return (
      Array.isArray(value) &&
      (expected.length > 0 || value.length === 0) &&
      expected.every((part) => value.some((each) => holds(each, part)))
    );
  }
  if (isObject(expected)) {
    return isObject(value) && Object.entries(expected).every(([name, part]) => holds(value[name], part));
  }
  return value === expected;
}
