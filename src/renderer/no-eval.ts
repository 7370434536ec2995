import { z } from 'zod';

// The page's security policy allows no code that is made at run time. Schemas look at this when they are made, which is
// when the modules that have them are loaded: this one has to be loaded first.
z.config({ jitless: true });
