// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @dev The few cheat codes of forge that these tests use. forge recognises tests by their ABI alone.
interface Vm {
    function prank(address sender) external;
    function expectRevert(bytes calldata data) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function assume(bool condition) external pure;
    function warp(uint256 timestamp) external;
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

function same(uint256 actual, uint256 expected, string memory what) pure {
    if (actual != expected) revert(string.concat(what, ": ", decimal(actual), " is not ", decimal(expected)));
}

function bound(uint256 value, uint256 low, uint256 high) pure returns (uint256) {
    return low + (value % (high - low + 1));
}

function decimal(uint256 value) pure returns (string memory text) {
    if (value == 0) return "0";
    for (; value != 0; value /= 10) {
        text = string.concat(string(abi.encodePacked(bytes1(uint8(48 + (value % 10))))), text);
    }
}

function payout(address payee, uint256 amount) pure returns (bytes32) {
    return bytes32((uint256(uint160(payee)) << 96) | amount);
}
