internal import Foundation
internal import ImageCodecs
internal import PixelCore

// Decodes every file of the given folders, whole and truncated at 64 places, then a few bombs, and says what became of
// them. Meant to run under AddressSanitizer: any answer but a crash, a hang, a leak or memory past the limits is fine.

exit(Replay.run(Array(CommandLine.arguments.dropFirst())))
