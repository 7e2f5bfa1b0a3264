import { CrossoverError, type ErrorCode, messageOf } from '../core/errors.ts';
import type { CpuOptions } from '../cpu/executor.ts';
import type { ArenaSizes, Capacity, CompileOptions, ExecutorInfo, NonFinite } from '../graph/executor.ts';
import type { StepState } from '../graph/op.ts';
import type { MemoryUse, NodeTime } from '../graph/profile.ts';
import type { TapeData } from './tape.ts';

/** The other side of a thread, as the host made it. */
export interface Thread {
  /** Sends plain data; the buffers in `transfer` are given away with it. */
  post(message: unknown, transfer: ArrayBuffer[]): void;
  /** Ends the thread at once. */
  end(): void;
}

/** What a thread lets its maker hear. */
export interface ThreadEvents {
  message(data: unknown): void;
  /** The thread has ended, or cannot be understood; why, in words. */
  failure(reason: string): void;
}

/** Starts a thread that hands every message to an `ExecutorServer`. May throw. */
export type Spawn = (events: ThreadEvents) => Thread;

/** Numbers in a message: whole arrays of their own, so that they can be transferred. */
export type Numbers = Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** `Load`, its inputs by the id of the value. */
export interface LoadData {
  inputs: [value: number, data: Numbers][];
  step: StepState;
}

/** What is done in the order it was sent, without an answer. States, programs and values go by numbers. */
export interface Orders {
  createState: { state: number; sizes: ArenaSizes };
  writeArena: { state: number; arena: string; data: Numbers };
  copyArena: { state: number; from: string; to: string };
  destroyState: { state: number };
  write: { program: number; input: number; data: Numbers };
  run: { program: number; step: StepState | undefined };
  runAll: { program: number; loads: LoadData[] };
  destroyProgram: { program: number };
}

/** What is answered, after every order that was sent before it. */
export interface Questions {
  open: { asked: CpuOptions; answer: { info: ExecutorInfo; capacity: Capacity } };
  compile: {
    asked: { program: number; state: number; tape: TapeData; keep: number[]; options: Omit<CompileOptions, 'keep'> };
    answer: CompiledData;
  };
  readArena: { asked: { state: number; arena: string }; answer: Float32Array };
  read: { asked: { program: number; value: number }; answer: Float32Array };
  check: { asked: { program: number; step: StepState | undefined }; answer: NonFinite | null };
  profile: { asked: { program: number; step: StepState | undefined }; answer: NodeTime[] };
  memory: { asked: null; answer: MemoryUse };
  idle: { asked: null; answer: undefined };
}

export type OrderName = keyof Orders;
export type QuestionName = keyof Questions;

export interface CompiledData {
  dispatches: number;
  bytes: number;
  flops: number;
  listing: string;
  /** As they are after the compilation. */
  variants: Record<string, string> | undefined;
}

export type Message =
  | { [K in OrderName]: { order: K; body: Orders[K] } }[OrderName]
  | { [K in QuestionName]: { question: K; call: number; body: Questions[K]['asked'] } }[QuestionName];

/** The answer to the question `call`, or what went wrong with it or with an order before it. */
export type Answer = { call: number; value: unknown } | { call: number; error: ErrorData };

/** An error as plain data: a structured clone would keep its message only. */
export interface ErrorData {
  message: string;
  code?: ErrorCode;
  hint?: string;
}

export function errorData(error: unknown): ErrorData {
  const { code, hint } = error instanceof CrossoverError ? error : {};
  return { message: messageOf(error), ...(code && { code }), ...(hint && { hint }) };
}

export function errorOf({ message, code, hint }: ErrorData): Error {
  return code ? new CrossoverError(code, message, hint) : new Error(message);
}
