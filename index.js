// What `import { … } from 'posthorn'` gives to a configuration file and to handlers. Both functions only lend their types
// (`src/index.ts`), so this file is the same in a clone, in the image and in a package.

/** Gives a configuration its types. */
export const defineConfig = (config) => config

/** Gives a handler its types. */
export const defineHandler = (handler) => handler
