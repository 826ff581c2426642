/** Makes objects of {@link BareObject}. A function, because a class's objects know their class by `constructor`. */
function Bare(): void {
  // Nothing is set: members come by assignment.
}
Bare.prototype = Object.freeze(Object.create(null) as object);

/**
 * An object for names that come from outside: it inherits none that could be meant, not even `__proto__`. Five times
 * faster to fill than `Object.create(null)`, which V8 keeps as a hash table from the first member on.
 */
export const BareObject = Bare as unknown as new <Value>() => Record<string, Value>;
