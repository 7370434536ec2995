import { adapterSuite } from './adapter-suite.ts';

adapterSuite('mariadb');
