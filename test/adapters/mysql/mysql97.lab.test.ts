import { adapterSuite } from './adapter-suite.ts';

adapterSuite('mysql97');
