import { jest } from '@jest/globals';
import 'reflect-metadata';

// ES modules get no `jest` of their own, unlike CommonJS ones.
globalThis.jest = jest;
