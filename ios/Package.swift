// swift-tools-version: 6.0
import PackageDescription

// The core itself, as C sees it. On Apple's platforms it comes as an XCFramework; elsewhere, for tests, for
// the phone of the stories and for what is measured, as a library that the linker finds on LIBRARY_PATH.
#if os(macOS)
    let core = Target.binaryTarget(name: "vaora_ffiFFI", path: "vaora_ffiFFI.xcframework")
#else
    let core = Target.systemLibrary(name: "vaora_ffiFFI")
#endif

let package = Package(
    name: "Vaora",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "Vaora", targets: ["Vaora"])],
    targets: [
        core,
        // All but its days is written by UniFFI and kept out of git: `./vaora test swift` writes it.
        .target(name: "VaoraCore", dependencies: ["vaora_ffiFFI"]),
        .target(name: "Vaora", dependencies: ["VaoraCore"]),
        .executableTarget(name: "vaora-phone", dependencies: ["Vaora"]),
        .executableTarget(name: "vaora-border", dependencies: ["Vaora"]),
        .testTarget(name: "VaoraTests", dependencies: ["Vaora"]),
    ],
    swiftLanguageModes: [.v6]
)
